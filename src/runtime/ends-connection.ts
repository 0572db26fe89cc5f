/** Whether `response` refuses a request, so that nothing that follows on its connection may be read as another one. */
export function endsConnection(response: Response): boolean {
  return response.status >= 400 && response.headers.get("connection") === "close";
}
