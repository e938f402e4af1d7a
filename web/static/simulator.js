// Sends a text without loading the page anew, and shows what comes back. Without this file the forms still work.
"use strict";

function lastMessage(thread) {
  const bubbles = thread.querySelectorAll("[data-message]");
  return bubbles.length ? bubbles[bubbles.length - 1].dataset.message : "0";
}

function scrollDown(thread) {
  thread.scrollTop = thread.scrollHeight;
}

function notice(thread, words) {
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = words;
  thread.append(line);
}

async function deliver(action, text, thread) {
  text.set("after", lastMessage(thread));
  try {
    const answer = await fetch(action, { method: "POST", body: new URLSearchParams(text) });
    if (answer.ok) {
      thread.insertAdjacentHTML("beforeend", await answer.text());
    } else {
      notice(thread, `Not sent: the page answered ${answer.status}.`);
    }
  } catch {
    notice(thread, "Not sent: Lucero does not answer. Is it running?");
  }
  scrollDown(thread);
}

for (const phone of document.querySelectorAll(".phone")) {
  const thread = phone.querySelector(".thread");
  const form = phone.querySelector("form.write");
  let sent = Promise.resolve(); // one text after the other, as a phone sends them

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = new FormData(form, event.submitter);
    form.elements.body.value = "";
    if (!event.submitter || !event.submitter.name) {
      form.elements.body.focus();
    }
    sent = sent.then(() => deliver(form.action, text, thread));
  });
  scrollDown(thread);
}

// On a small screen one phone is seen at a time: its tab is the current one.
const tabs = new Map(Array.from(document.querySelectorAll(".tabs a"), (tab) => [tab.hash.slice(1), tab]));
const inView = new IntersectionObserver(
  (entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      for (const [key, tab] of tabs) {
        tab.toggleAttribute("aria-current", false);
        if (key === entry.target.id) {
          tab.setAttribute("aria-current", "true");
        }
      }
    }
  },
  { root: document.querySelector(".phones"), threshold: 0.6 },
);
if (tabs.size) {
  document.querySelectorAll(".phone").forEach((phone) => inView.observe(phone));
}
