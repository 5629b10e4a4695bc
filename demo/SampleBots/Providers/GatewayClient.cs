using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ControlPlane.SampleBots.Running;

namespace ControlPlane.SampleBots.Providers;

/// <summary>Sends one bot's requests for one provider to the gateway, and turns whatever goes wrong into a short code.</summary>
/// <param name="lease">The lease whose token the calls carry: their only credential.</param>
internal sealed class GatewayClient(string provider, IHttpClientFactory clients, IGatewayAccess gateway, Func<RunnerLease?> lease)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Name = "sample-bots";
    private const string TokenHeader = "X-Control-Plane-Token";
    private const string RefusedHeader = "X-Control-Plane-Refused";
    private const string TraceHeader = "traceparent";

    /// <param name="path">Behind the provider's base address, without a slash at its beginning.</param>
    /// <returns>Null for 404, and an undefined element for an answer without a body.</returns>
    /// <exception cref="ProviderCallException">No usable answer came.</exception>
    public async Task<JsonElement?> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        if (gateway.Address is not { } address) throw new ProviderCallException(provider, ProviderCallException.NoGateway);
        if (lease()?.Token is not { } token) throw new ProviderCallException(provider, ProviderCallException.NoLease);
        using var request = new HttpRequestMessage(method, new Uri(address, $"{provider}/{path}")) { Content = content };
        request.Headers.TryAddWithoutValidation(TokenHeader, token);

        // The gateway's usage events and refusals then carry the cycle's trace id. It passes no trace id on to the provider.
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } trace }) request.Headers.TryAddWithoutValidation(TraceHeader, trace);

        try
        {
            using var client = clients.CreateClient(Name);
            using var response = await client.SendAsync(request, cancel);
            if (response.Headers.TryGetValues(RefusedHeader, out var refused)) throw await RefusedAsync(response, refused.First(), cancel);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new ProviderCallException(provider, $"http_{(int)response.StatusCode}");
            if (response.StatusCode == HttpStatusCode.NoContent)
                return default(JsonElement);
            return await BodyAsync(response, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ProviderCallException(provider, ProviderCallException.Timeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ProviderCallException(provider, ProviderCallException.Unreachable);
        }
        catch (JsonException)
        {
            throw new ProviderCallException(provider, ProviderCallException.Unreadable);
        }
    }

    /// <summary>Reads an answer; a member that is missing or of another kind makes it unreadable.</summary>
    public T Read<T>(JsonElement? answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer ?? throw new ProviderCallException(provider, "http_404"));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException or JsonException)
        {
            throw new ProviderCallException(provider, ProviderCallException.Unreadable);
        }
    }

    private async Task<ProviderCallException> RefusedAsync(HttpResponseMessage response, string code, CancellationToken cancel)
    {
        var evaluated = false;
        try
        {
            // In the provider's own error shape the problem stands beside it.
            var body = await BodyAsync(response, cancel);
            var problem = body.TryGetProperty("control_plane", out var beside) ? beside : body;
            evaluated = problem.TryGetProperty("reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array && reasons.GetArrayLength() > 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The code says enough.
        }

        return new ProviderCallException(provider, code, evaluated);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
        return document.RootElement.Clone();
    }
}
