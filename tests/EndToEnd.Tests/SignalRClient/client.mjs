// Connects as a browser's or a program's client would and prints one JSON line for everything it hears.
import * as signalR from "@microsoft/signalr";

const [address, token, seconds, direct] = process.argv.slice(2);
const say = (word, body) => console.log(JSON.stringify({ word, body }));
const connection = new signalR.HubConnectionBuilder()
  .withUrl(`${address}hubs/status`, {
    headers: { Authorization: `Bearer ${token}` },
    skipNegotiation: direct === "direct",
    transport: signalR.HttpTransportType.WebSockets,
  })
  .withAutomaticReconnect([100, 200, 400, 800, 1600])
  .configureLogging(signalR.LogLevel.None)
  .build();

for (const word of ["system", "integration", "bot", "usage", "beat"]) connection.on(word, body => say(word, body));
connection.onreconnected(async () => say("snapshot", await connection.invoke("Subscribe")));
try {
  await connection.start();
  say("snapshot", await connection.invoke("Subscribe"));
} catch (error) {
  say("refused", String(error.message ?? error));
  process.exit(1);
}

setTimeout(async () => { await connection.stop(); process.exit(0); }, Number(seconds) * 1000);
