using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Slash commands over Discord's gateway. It is a connection from here to Discord, so that no address of ours must be reachable. The other
/// way (an interactions endpoint) needs one.</summary>
internal sealed class DiscordListener(ChatCommandSettings commands, ChatCalls calls, IChatDesk desk, TimeProvider time) : IChatListener
{
    private const int MostText = 2_000;
    private const int LargestFrame = 512 * 1024;
    private const string Base = "https://discord.com/api/v10";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public string Kind => ChatCommandRules.Discord;

    public ChatListenerSettings? Settings => commands.Discord;

    public async Task<ChatPause> ListenAsync(ChatListenerSettings settings, CancellationToken cancellationToken)
    {
        if (calls.Token(settings) is not { } token) return ChatPause.Long(AlertDeliveryCodes.SecretMissing);
        var (status, body) = await calls.SendAsync(settings, HttpMethod.Get, At(settings, "gateway"), null, null, s_limit, cancellationToken);
        if (status != 200 || body is not { } told || !told.TryGetProperty("url", out var text) || GatewayOf(text.GetString(), settings) is not { } gateway) return ChatPause.Short(AlertDeliveryCodes.UnexpectedAnswer);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var socket = new ClientWebSocket();
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(ending.Token))
        {
            deadline.CancelAfter(s_limit);
            await socket.ConnectAsync(gateway, calls.Invoker(settings), deadline.Token);
        }

        using var session = new Session(socket, settings, token);
        Task? beating = null;
        try
        {
            while (await ReadAsync(socket, ending.Token) is { } read)
            {
                if (DiscordFrame.Of(read) is not { } frame) continue;
                session.Sequence = frame.Sequence ?? session.Sequence;
                switch (frame.Op)
                {
                    case DiscordFrame.Hello:
                        await session.SendAsync(DiscordFrame.Identify(token), ending.Token);
                        beating ??= BeatAsync(session, TimeSpan.FromMilliseconds(frame.Data.GetProperty("heartbeat_interval").GetDouble()), ending);
                        break;
                    case DiscordFrame.Heartbeat:
                        await session.SendAsync(DiscordFrame.Beat(session.Sequence), ending.Token);
                        break;
                    case DiscordFrame.Acknowledged:
                        session.Pulse.Acknowledged();
                        break;
                    case DiscordFrame.Reconnect or DiscordFrame.InvalidSession:
                        return ChatPause.Short("session_ended");
                    case DiscordFrame.Dispatch when frame.Event == "READY":
                        session.Application = frame.Data.GetProperty("application").GetProperty("id").GetString();
                        if (!await RegisterAsync(session, ending.Token)) return ChatPause.Long(AlertDeliveryCodes.Refused);
                        break;
                    case DiscordFrame.Dispatch when frame.Event == "INTERACTION_CREATE" && DiscordInteraction.Of(frame.Data) is { } given:
                        _ = TakeAsync(session, given, cancellationToken);
                        break;
                }
            }

            // 4004 is a token that Discord does not know; other codes from 4010 on are not mended by time either.
            return (int?)socket.CloseStatus is 4004 or (>= 4010 and <= 4014) ? ChatPause.Long(AlertDeliveryCodes.Refused) : ChatPause.Short(VerifyCodes.ConnectionReset);
        }
        finally
        {
            await ending.CancelAsync();
            if (beating is not null) await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Session(ClientWebSocket socket, ChatListenerSettings settings, string token) : IDisposable
    {
        private readonly SemaphoreSlim _sending = new(1, 1);

        public ChatListenerSettings Settings => settings;
        public string Authorization => $"Bot {token}";
        public string? Application { get; set; }
        public long? Sequence { get; set; }
        public DiscordHeartbeat Pulse { get; } = new();

        public void Dispose() => _sending.Dispose();

        public async Task SendAsync(string text, CancellationToken cancellationToken)
        {
            await _sending.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            }
            finally
            {
                _sending.Release();
            }
        }
    }

    /// <summary>A gateway that does not acknowledge a heartbeat is gone, whatever the connection looks like.</summary>
    private async Task BeatAsync(Session session, TimeSpan every, CancellationTokenSource ending)
    {
        while (!ending.IsCancellationRequested)
        {
            await Task.Delay(every, time, ending.Token);
            if (!session.Pulse.TryBeat())
            {
                await ending.CancelAsync();
                return;
            }

            await session.SendAsync(DiscordFrame.Beat(session.Sequence), ending.Token);
        }
    }

    private async Task<bool> RegisterAsync(Session session, CancellationToken cancellationToken)
    {
        foreach (var command in DiscordFrame.Commands())
        {
            var (status, _) = await calls.SendAsync(session.Settings, HttpMethod.Post, At(session.Settings, $"applications/{session.Application}/commands"), ChatCalls.Json(command), session.Authorization, s_limit, cancellationToken);
            if (!AlertCall.Success(status)) return false;
        }

        return true;
    }

    private async Task TakeAsync(Session session, DiscordInteraction given, CancellationToken cancellationToken)
    {
        if (!session.Settings.Allows(given.Channel, given.User) || ChatCommand.Of(given.Command, given.Reason, $"discord/{given.User ?? given.Channel}") is not { } command) return;

        // A kill may take longer than the 3 s that Discord waits. Discord gets a deferred answer, and the command does not wait for it.
        var answer = desk.AnswerAsync(command);
        Task waiting = calls.SendAsync(session.Settings, HttpMethod.Post, At(session.Settings, $"interactions/{given.Id}/{given.Token}/callback"), ChatCalls.Json("""{"type":5}"""), null, s_limit, cancellationToken);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var content = new JsonObject { ["content"] = AlertMessage.Cut(await answer, MostText), ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() } };
        Task sent = calls.ReplyAsync(Kind, session.Settings, HttpMethod.Patch, At(session.Settings, $"webhooks/{session.Application}/{given.Token}/messages/@original"), ChatCalls.Json(content.ToJsonString()), null, cancellationToken);
        await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<JsonElement?> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            frame.Write(buffer, 0, part.Count);
            if (frame.Length > LargestFrame) return null;
            if (part.EndOfMessage) return ChatCalls.Parse(frame.GetBuffer().AsMemory(0, (int)frame.Length)) ?? JsonSerializer.SerializeToElement(new { });
        }
    }

    private static Uri At(ChatListenerSettings settings, string path) => new($"{(settings.Url?.ToString() ?? Base).TrimEnd('/')}/{path}");

    /// <summary>TLS, or loopback where the operator's own setting names it.</summary>
    private static Uri? GatewayOf(string? text, ChatListenerSettings settings) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == "wss" || (address.Scheme == "ws" && ChatCalls.ReachOf(settings) == Reach.Loopback))
            ? new Uri($"{address.GetLeftPart(UriPartial.Authority)}/?v=10&encoding=json")
            : null;
}
