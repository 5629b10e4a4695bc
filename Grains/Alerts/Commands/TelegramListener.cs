using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Alerts.Channels;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Telegram's long polling, which needs no address that the world can reach.</summary>
internal sealed class TelegramListener(ChatCommandSettings commands, ChatCalls calls, IChatDesk desk) : IChatListener
{
    private const int MostText = 4_096;
    private const string Base = "https://api.telegram.org";
    private static readonly TimeSpan s_pollFor = TimeSpan.FromSeconds(25);

    /// <summary>Behind the last update that was carried out. Telegram keeps what nobody confirmed for a day: a kill that was sent
    /// while nothing ran is carried out all the same.</summary>
    private long _offset;

    public string Kind => ChatCommandRules.Telegram;

    public ChatListenerSettings? Settings => commands.Telegram;

    public async Task<ChatPause> ListenAsync(ChatListenerSettings settings, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (calls.Token(settings) is not { } token) return ChatPause.Long(AlertDeliveryCodes.SecretMissing);
            if (ChatCommandRules.OfTheProvider.Any(variable => calls.Find(variable) == token)) return ChatPause.Long("token_of_the_bots");
            var ask = new JsonObject { ["offset"] = _offset, ["timeout"] = (int)s_pollFor.TotalSeconds, ["allowed_updates"] = new JsonArray("message") };
            var (status, body) = await calls.SendAsync(settings, HttpMethod.Post, Method(settings, token, "getUpdates"), ChatCalls.Json(ask.ToJsonString()), null, s_pollFor * 2, cancellationToken);
            if (status is 401 or 403 or 404) return ChatPause.Long(AlertDeliveryCodes.Refused);

            // Somebody else reads updates with this token, or a webhook is set for it.
            if (status == 409) return ChatPause.Long("token_in_use");
            if (status != 200 || body is not { } answer || !answer.TryGetProperty("result", out var updates) || updates.ValueKind != JsonValueKind.Array) return ChatPause.Short(AlertDeliveryCodes.UnexpectedAnswer);
            foreach (var update in updates.EnumerateArray()) await TakeAsync(settings, token, update, cancellationToken);
        }
    }

    private async Task TakeAsync(ChatListenerSettings settings, string token, JsonElement update, CancellationToken cancellationToken)
    {
        if (Number(update, "update_id") is not { } id) return;
        if (update.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object)
        {
            var (chat, user) = (Id(message, "chat"), Id(message, "from"));
            var text = message.TryGetProperty("text", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString() : null;

            // Chats that are not listed get no answer: it would show that a bot is here.
            if (settings.Allows(chat, user) && ChatCommand.Parse(text, $"telegram/{user ?? chat}") is { } command)
                await ReplyAsync(settings, token, chat!, await desk.AnswerAsync(command), cancellationToken);
        }

        _offset = Math.Max(_offset, id + 1);
    }

    /// <summary>A reply that does not arrive changes nothing: the command has been carried out.</summary>
    private async Task ReplyAsync(ChatListenerSettings settings, string token, string chat, string text, CancellationToken cancellationToken)
    {
        var content = new JsonObject { ["chat_id"] = chat, ["text"] = AlertMessage.Cut(text, MostText), ["link_preview_options"] = new JsonObject { ["is_disabled"] = true } };
        Task sent = calls.ReplyAsync(Kind, settings, HttpMethod.Post, Method(settings, token, "sendMessage"), ChatCalls.Json(content.ToJsonString()), null, cancellationToken);
        await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static Uri Method(ChatListenerSettings settings, string token, string name) =>
        new($"{(settings.Url?.ToString() ?? Base).TrimEnd('/')}/bot{Uri.EscapeDataString(token).Replace("%3A", ":", StringComparison.Ordinal)}/{name}");

    private static string? Id(JsonElement message, string member) =>
        message.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Object && Number(found, "id") is { } id ? id.ToString(CultureInfo.InvariantCulture) : null;

    private static long? Number(JsonElement element, string member) =>
        element.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var number) ? number : null;
}
