// A program, the peer of broadcasting: Node socket.io emits each posted JSON text to the room. Optional, see run.py.
const http = require("node:http");
const { Server } = require("socket.io");

const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    if (text) io.to("room").emit("state", JSON.parse(text));
    response.writeHead(200, { "Content-Length": 2 }).end("{}");
  });
});
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.on("join", (_message, answer) => {
    socket.join("room");
    answer({ ok: true });
  });
});
server.keepAliveTimeout = 0;
server.listen(Number(process.argv[2]), "127.0.0.1", 4096);
