// A form marked data-submit-on-change is sent when a choice in it changes; its button is hidden then.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}
