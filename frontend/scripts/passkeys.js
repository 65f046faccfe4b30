// The second factor with a passkey or security key: the form holds the options, and takes the answer in a hidden field.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const toText = (bytes) =>
  bytes &&
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const descriptors = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function register({ publicKey: options }) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  return {
    ...common(made),
    response: {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function prove({ publicKey: options }) {
  const shown = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  return {
    ...common(shown),
    response: {
      clientDataJSON: toText(shown.response.clientDataJSON),
      authenticatorData: toText(shown.response.authenticatorData),
      signature: toText(shown.response.signature),
      userHandle: toText(shown.response.userHandle) || null,
    },
  };
}

const common = (credential) => ({
  type: credential.type,
  id: credential.id,
  rawId: toText(credential.rawId),
  authenticatorAttachment: credential.authenticatorAttachment ?? null,
  clientExtensionResults: credential.getClientExtensionResults(),
});

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  const supported = Boolean(window.PublicKeyCredential);
  form.hidden = !supported;
  form.addEventListener("submit", async (event) => {
    event.preventDefault(); // form.submit() below does not come here again
    const field = form.elements.namedItem("credential");
    const data = JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
    try {
      const ceremony = form.dataset.passkey === "register" ? register : prove;
      field.value = JSON.stringify(await ceremony(data.creation_options ?? data.request_options));
      form.submit();
    } catch {
      field.value = "";
      failed.hidden = false;
    }
  });
}
