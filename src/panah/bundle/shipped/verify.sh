#!/bin/sh
# Verify this bundle without Panah.
#
#   sh verify.sh                              the folder it is in: sums, signatures, custody log, timestamps
#   sh verify.sh IDENTITY-FILE NEW-FOLDER     also opens the contents into NEW-FOLDER and checks them (age, tar)
#   sh verify.sh BUNDLE.zip NEW-FOLDER [IDENTITY-FILE NEW-FOLDER]
#                                             unpacks the bundle into NEW-FOLDER first, every byte of the zip checked;
#                                             best with a verify.sh that did not come with the bundle
#
#   sh verify.sh --against OTHER-FOLDER [...] also compares with another bundle of the same sender: one history or two
#
# It needs sh, sha256sum and openssl; to unpack head, tail, od, tr; to open age and tar. It leaves with 0 and says
# VERIFIED, or with 1 and says what failed.
set -eu
LC_ALL=C
OPENSSL_CONF=/dev/null # whatever this machine has set up for openssl, or has not, does not matter here
export LC_ALL OPENSSL_CONF
other='' zip='' unpacked=''
case ${1-} in --against) other=${2-.} && shift $(($# > 1 ? 2 : 1)) ;; esac
case ${1-} in *.zip) zip=$1 unpacked=${2-} && shift $(($# > 1 ? 2 : 1)) ;; esac
identity=${1-} folder=${2-}

fail() {
    printf 'NOT VERIFIED: %s\n' "$1" >&2
    exit 1
}

# the 64 digits before the file name that sha256sum prints
digest() {
    sum=$(sha256sum)
    printf '%s' "${sum%% *}"
}

# hexadecimal digits as escapes for printf, into $escapes
escape() {
    rest=$1 escapes=
    while [ -n "$rest" ]; do
        next=${rest#??}
        byte=$((0x${rest%"$next"}))
        escapes="$escapes\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
        rest=$next
    done
}

# RFC 9162: a node is the hash of the byte 1 and its two children
join() {
    escape "$1$2"
    node=$(printf "\\001$escapes" | digest)
}

signed() {
    openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in "$1" -sigfile "$1.sig" >/dev/null 2>&1 ||
        fail "the signature of $1"
}

# a folder for the owner only, which must be new
new_folder() {
    (umask 077 && mkdir "$1") || fail "$1 cannot be made"
}

# the zip: stored files in one spelling, so that every byte outside them is known from name, size and checksum
hex() {
    od -An -v -tx1 | tr -d ' \n'
}

bytes() { # those of the zip from $1 on, $2 of them
    tail -c "+$(($1 + 1))" "$zip" | head -c "$2"
}

little() { # the number $1 in $2 bytes, lowest first, as hexadecimal digits into $digits
    left=$1 width=$2 digits=''
    while [ "$width" -gt 0 ]; do
        digits="$digits$(printf '%02x' $((left & 255)))" left=$((left >> 8)) width=$((width - 1))
    done
}

number() { # hexadecimal digits, lowest byte first, into $value
    digits=$1 value=0 shift=0
    while [ -n "$digits" ]; do
        next=${digits#??}
        value=$((value + (0x${digits%"$next"} << shift))) shift=$((shift + 8)) digits=$next
    done
}

unpack() {
    new_folder "$unpacked"
    offset=0 members=0 directory=''
    while :; do
        fixed=$(bytes "$offset" 30 | hex)
        case $fixed in 504b03042d00*) version=2d wide=1 ;; 504b0304*) version=14 wide=0 ;; *) break ;; esac
        rest=${fixed#????????????????????????????} # 14 bytes; then checksum, size, size, length of the name
        crc=${rest%"${rest#????????}"} rest=${rest#????????}
        number "${rest%"${rest#????????}"}" && size=$value rest=${rest#????????????????}
        number "${rest%"${rest#????}"}" && length=$value
        [ "$length" -gt 0 ] && [ "$length" -le 101 ] || fail "the zip, byte $offset: no name of ours"
        name=$(bytes $((offset + 30)) "$length")
        case $name in *[!A-Za-z0-9._-]* | [!A-Za-z0-9]*) fail "the zip, byte $offset: no name of ours" ;; esac
        little "$length" 2 && length_hex=$digits
        name_hex=$(printf '%s' "$name" | hex)
        extra='' far='' local_extra='0000' start=$((offset + 30 + length))
        if [ "$wide" -eq 1 ]; then # from 4 GB on a size has eight bytes, behind the name
            number "$(bytes $((start + 4)) 8 | hex)" && size=$value start=$((start + 20))
            [ $((size >> 52)) -eq 0 ] || fail "the zip, byte $offset: no size of ours"
            little "$size" 8 && extra=$digits$digits size_hex=ffffffff local_extra=1400
        else
            little "$size" 4 && size_hex=$digits
        fi
        about="0000000000002100$crc$size_hex$size_hex$length_hex"
        [ "$(bytes "$offset" $((start - offset)) | hex)" = \
            "504b0304${version}00$about$local_extra$name_hex${extra:+01001000$extra}" ] ||
            fail "the zip, byte $offset: a header is not what it must be"
        [ ! -e "$unpacked/$name" ] || fail "the zip has $name twice"
        bytes "$start" "$size" >"$unpacked/$name"
        if [ "$offset" -ge 4294967295 ]; then
            little "$offset" 8 && far=$digits offset_hex=ffffffff
        else
            little "$offset" 4 && offset_hex=$digits
        fi
        extra=$extra$far extra_hex=0000
        if [ -n "$extra" ]; then
            version=2d
            little $((${#extra} / 2)) 2 && extra=0100$digits$extra
            little $((${#extra} / 2)) 2 && extra_hex=$digits
        fi
        directory="${directory}504b0102${version}03${version}00$about$extra_hex"
        directory="${directory}0000000000000000a481$offset_hex$name_hex$extra"
        members=$((members + 1)) offset=$((start + size))
    done
    [ "$members" -gt 0 ] || fail "this is no bundle"
    ending='' entries=$((${#directory} / 2))
    little "$offset" 4 && offset_hex=$digits
    if [ "$offset" -ge 4294967295 ]; then
        little "$members" 8 && ending=504b06062c000000000000002d032d000000000000000000$digits$digits
        little "$entries" 8 && ending=$ending$digits
        little "$offset" 8 && ending=$ending$digits offset_hex=ffffffff
        little $((offset + entries)) 8 && ending=${ending}504b060700000000${digits}01000000
    fi
    little "$members" 2 && members_hex=$digits
    little "$entries" 4
    directory="$directory${ending}504b050600000000$members_hex$members_hex$digits${offset_hex}0000"
    [ "$(bytes "$offset" $((${#directory} / 2 + 1)) | hex)" = "$directory" ] ||
        fail "the zip directory, byte $offset, is not what it must be"
}

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
case $other in '' | /*) ;; *) other=$PWD/$other ;; esac
case $identity in '' | /*) ;; *) identity=$PWD/$identity ;; esac
case $folder in '' | /*) ;; *) folder=$PWD/$folder ;; esac
if [ -n "$zip" ]; then
    [ -f "$zip" ] || fail "$zip is not there"
    [ -n "$unpacked" ] || fail 'name a new folder to unpack into'
    unpack
    here=$unpacked
fi
cd "$here"
at=$PWD

# 1. every file is the one that was listed, and none was added
signed SHA256SUMS
sha256sum --check --strict --quiet SHA256SUMS >&2 || fail 'a file differs from SHA256SUMS'
names=' SHA256SUMS SHA256SUMS.sig '
while read -r _ name; do
    names="$names$name "
done <SHA256SUMS
for name in *; do
    case $names in *" $name "*) ;; *) fail "$name was added" ;; esac
done

# 2. the custody log: the signed checkpoint holds its size and the root of its hash tree
signed checkpoint
{
    read -r origin
    read -r size
    read -r root
} <checkpoint
items=' ' stack='' seq=0

leaf() {
    case $line in *'"item":"'*) item=${line#*\"item\":\"} && items="$items${item%%\"*} " ;; esac
    node=$(printf '\000%s\n' "$line" | digest)
}

is_root() {
    escape "$node"
    [ "$(printf "$escapes" | openssl base64)" = "$root" ]
}

whole_log() { # each line holds the hash of the line before it, and all lines together give the root
    prev=$(printf '' | digest)
    node=$prev
    while IFS= read -r line; do
        before=$seq seq=$((seq + 1))
        case $line in
        *'"prev":"'"$prev"'","seq":'"$seq"',"t":"'*) ;;
        *) fail "custody.jsonl, line $seq does not follow from the line before it" ;;
        esac
        prev=$(printf '%s\n' "$line" | digest)
        leaf
        while [ $((before & 1)) -eq 1 ]; do
            join "${stack##* }" "$node"
            stack=${stack% *} before=$((before >> 1))
        done
        stack="$stack $node"
    done <custody.jsonl
    [ -z "$line" ] || fail 'custody.jsonl: the last line is torn'
    stack=${stack% *}
    while [ -n "$stack" ]; do
        join "${stack##* }" "$node"
        stack=${stack% *}
    done
    [ "$size" = "$seq" ] || fail "custody.jsonl has $seq lines, $size were signed"
    is_root || fail 'custody.jsonl is not the log that was signed'
}

some_lines() { # proofs.txt leads from each line to the root, without showing the lines between
    while read -r number path; do
        IFS= read -r line <&3 || fail "custody.jsonl has fewer lines than proofs.txt"
        case $line in *'","seq":'"$number"',"t":"'*) ;; *) fail "custody.jsonl: not line $number of the log" ;; esac
        leaf
        seq=$((seq + 1)) index=$((number - 1)) last=$((size - 1))
        [ "$index" -le "$last" ] || fail "custody.jsonl: line $number lies beyond the signed log"
        for sibling in $path; do
            [ "$last" -gt 0 ] || fail "proofs.txt: too long for line $number"
            if [ $((index & 1)) -eq 1 ] || [ "$index" -eq "$last" ]; then
                join "$sibling" "$node"
                while [ $((index & 1)) -eq 0 ] && [ "$index" -gt 0 ]; do
                    index=$((index >> 1)) last=$((last >> 1))
                done
            else
                join "$node" "$sibling"
            fi
            index=$((index >> 1)) last=$((last >> 1))
        done
        [ "$last" -eq 0 ] && is_root || fail "custody.jsonl: line $number is not in the log that was signed"
    done <proofs.txt 3<custody.jsonl
    count=0
    while read -r _; do count=$((count + 1)); done <custody.jsonl
    [ "$count" = "$seq" ] || fail 'custody.jsonl has more lines than proofs.txt'
}

if [ -f proofs.txt ]; then some_lines; else whole_log; fi

# another bundle of this sender, itself verified before: where both show a line, it is the same line
one_of() { # the next line of the log from descriptor 3 or 4, and its number, into $line and $number; 0 at the end
    number=0
    IFS= read -r line <&"$1" || return 0
    number=${line#*'","seq":'} number=${number%%,*}
    case $number in '' | *[!0-9]*) fail "a line of a log has no number" ;; esac
}

one_history() {
    [ "$(digest <"$other/signer.pem")" = "$(digest <signer.pem)" ] || fail "$other was signed by another key"
    openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in "$other/checkpoint" -sigfile "$other/checkpoint.sig" \
        >/dev/null 2>&1 || fail "the signature of the checkpoint in $other"
    {
        read -r other_origin
        read -r other_size
        read -r other_root
    } <"$other/checkpoint"
    [ "$other_origin" = "$origin" ] || fail "$other is of another log"
    both=0
    {
        one_of 3 && mine=$line my_number=$number
        one_of 4 && theirs=$line their_number=$number
        while [ "$my_number" -gt 0 ] && [ "$their_number" -gt 0 ]; do
            if [ "$my_number" -lt "$their_number" ]; then
                one_of 3 && mine=$line my_number=$number
            elif [ "$my_number" -gt "$their_number" ]; then
                one_of 4 && theirs=$line their_number=$number
            else
                [ "$mine" = "$theirs" ] || fail "line $my_number of the log is another one in $other: two histories"
                both=$((both + 1))
                one_of 3 && mine=$line my_number=$number
                one_of 4 && theirs=$line their_number=$number
            fi
        done
    } 3<custody.jsonl 4<"$other/custody.jsonl"
    [ "$other_size" != "$size" ] || [ "$other_root" = "$root" ] ||
        fail "two checkpoints of $size lines have different roots: two histories"
    compared="One history with the other bundle: $both lines stand in both.
"
}

compared=''
[ -z "$other" ] || one_history

# 3. timestamps: each reply fits its file and was sound at the time it states, whatever has ended since
stamped=''

epoch() { # seconds since 1970 of "Mar 24 11:17:47 2025", into $epoch
    year=$4 day=${2#0} hour=${3%%:*} rest=${3#*:}
    minute=${rest%%:*} second=${rest#*:} second=${second%%.*}
    case $1 in
    Jan) month=13 ;; Feb) month=14 ;; Mar) month=3 ;; Apr) month=4 ;; May) month=5 ;; Jun) month=6 ;;
    Jul) month=7 ;; Aug) month=8 ;; Sep) month=9 ;; Oct) month=10 ;; Nov) month=11 ;; Dec) month=12 ;;
    *) fail "the time of $reply cannot be read" ;;
    esac
    [ "$month" -lt 13 ] || year=$((year - 1)) # the year begins in March, so that its odd day comes last
    days=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day - 719469))
    epoch=$((((days * 24 + ${hour#0}) * 60 + ${minute#0}) * 60 + ${second#0}))
}

fits() {
    openssl ts -verify -data "$target" -in "$reply" -CAfile "$base.chain.pem" "$@" >/dev/null 2>&1
}

for reply in *.tsr; do
    [ -f "$reply" ] || continue
    base=${reply%.tsr} target=${reply%.*.tsr}
    [ -f "$target" ] && [ -f "$base.chain.pem" ] || fail "$reply has no file that it stamps, or no certificates"
    moment=$(openssl ts -reply -in "$reply" -text 2>/dev/null) || fail "$reply cannot be read"
    moment=${moment#*Time stamp: }
    moment=${moment%% GMT*}
    epoch $moment
    fits -attime "$epoch" || fail "$reply does not fit $target"
    stamped="$stamped$target was stamped on $moment GMT ($reply).
"
    fits || stamped="$stamped  The certificate of that authority has ended since; it held when it signed.
"
done

# 4. the contents, for those who hold a key: each file is listed, and its commitment stands in the custody log
opened='The contents were not opened.'
if [ -n "$identity" ]; then
    [ -n "$folder" ] || fail 'name a new folder for the contents, on an encrypted disk'
    new_folder "$folder"
    age --decrypt --identity "$identity" contents.tar.age | (cd "$folder" && tar xf -) || fail 'the contents do not open'
    cd "$folder"
    [ -f SHA256SUMS ] || fail 'the contents do not open with this key'
    sha256sum --check --strict --quiet SHA256SUMS >&2 || fail 'a file of the contents differs from its SHA256SUMS'
    [ ! -f bagit.txt ] || cd data
    count=0
    while read -r commitment salt sha256 path; do
        [ "$(digest <"$path")" = "$sha256" ] || fail "$path is not the file that was committed to"
        [ "$(printf 'panah/item/v1\n%s\n%s\n' "$salt" "$sha256" | digest)" = "$commitment" ] ||
            fail "$path: the commitment is to other bytes"
        case $items in *" $commitment "*) ;; *) fail "$path has no line in the custody log" ;; esac
        count=$((count + 1))
    done <commitments.txt
    opened="The contents were opened: $count items, each in the custody log."
    cd "$at"
fi

printf 'VERIFIED: all files, %s custody lines of %s. %s\n' "$seq" "$origin" "$opened"
printf 'Signed by the key %s\n' "$(openssl pkey -pubin -in signer.pem -outform DER | digest)"
printf '%s%s' "$compared" "$stamped"
printf 'Compare this key with one you got from the sender by another way.\n'
