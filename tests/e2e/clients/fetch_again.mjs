// As fetch(), but asks again, every half second and `tries` times in all, where the answer is 503, and with isRestart where
// the connection is lost too: what a player does while a server restarts. The body is read before it returns:
// {status, headers, body}.
export async function fetchAgain(address, tries, { isRestart = false, ...options } = {}) {
  for (;; tries -= 1) {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(60000), ...options });
      const body = Buffer.from(await response.arrayBuffer());
      if (response.status !== 503 || tries <= 1) return { status: response.status, headers: response.headers, body };
    } catch (error) {
      if (!isRestart || tries <= 1) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
