using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Calls of listeners, on the connections that verifies use. A reply counts as use of its provider; listening does not.</summary>
internal sealed class ChatCalls(ProviderHttp http, ISecretSource secrets, IIntegrationUsage usage, TimeProvider time)
{
    private const int LargestBody = 1024 * 1024;

    public string? Token(ChatListenerSettings settings) => secrets.Find(settings.SecretVariable)?.Reveal();

    public string? Find(string variable) => secrets.Find(variable)?.Reveal();

    public static Reach ReachOf(ChatListenerSettings settings) => settings.Url is { } own && ExplicitLoopback.IsNamedBy(own) ? Reach.Loopback : Reach.Public;

    public HttpMessageInvoker Invoker(ChatListenerSettings settings) => http.Invoker(ReachOf(settings));

    /// <summary>Sends one request. The answer's body is null where it is no JSON object.</summary>
    /// <exception cref="HttpRequestException">It was not sent, or no whole answer came.</exception>
    public async Task<(int Status, JsonElement? Body)> SendAsync(ChatListenerSettings settings, HttpMethod method, Uri address, HttpContent? content, string? authorization, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("User-Agent", "DiscordBot (https://localhost/control-plane, 1.0)");
        using var response = await http.SendAsync(request, ReachOf(settings), deadline.Token);
        return ((int)response.StatusCode, await ReadAsync(response.Content, deadline.Token));
    }

    public async Task<int> ReplyAsync(string provider, ChatListenerSettings settings, HttpMethod method, Uri address, HttpContent content, string? authorization, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var (status, code) = (0, (string?)"network_error");
        try
        {
            (status, _) = await SendAsync(settings, method, address, content, authorization, AlertSender.Deadline, cancellationToken);
            code = AlertCall.Success(status) ? null : AlertDeliveryCodes.Refused;
            return status;
        }
        finally
        {
            usage.LogAsync(new UsageCall
            {
                Provider = provider,
                BotId = AlertSender.Bot,
                Operation = "command reply",
                Status = code is null ? UsageStatus.Ok : UsageStatus.Error,
                HttpStatus = status == 0 ? null : status,
                LatencyMs = (int)Math.Min(int.MaxValue, time.GetElapsedTime(startedAt).TotalMilliseconds),
                ErrorCode = code,
            }).Ignore();
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody) return null;
        }

        return Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    public static JsonElement? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");
}
