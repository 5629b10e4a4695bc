using System.Net;
using System.Text.Json;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Providers;

/// <summary>Sends requests of one provider through its instrumented client, and turns whatever goes wrong into a short code.</summary>
internal sealed class ProviderClient(string provider, IHttpClientFactory clients, IProviderKeys keys)
{
    /// <param name="route">What the usage event is labelled with: a route, without ids, keys or times.</param>
    /// <param name="credentials">Headers, each with the variable that holds its value; <c>{0}</c> in a header's format stands for it.</param>
    /// <returns>Null for 404, and an undefined element for an answer without a body.</returns>
    /// <exception cref="ProviderCallException">No usable answer came.</exception>
    public async Task<JsonElement?> SendAsync(
        HttpMethod method, string path, string route, IReadOnlyList<(string Header, string Format, string Variable)> credentials, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Options.Set(IntegrationUsageScope.Operation, route);
        foreach (var (header, format, variable) in credentials)
            request.Headers.TryAddWithoutValidation(header, string.Format(format, keys.Find(variable) ?? throw new ProviderCallException(provider, "no_key")));

        try
        {
            using var client = clients.CreateClient(provider);
            using var response = await client.SendAsync(request, cancel);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new ProviderCallException(provider, $"http_{(int)response.StatusCode}");
            if (response.StatusCode == HttpStatusCode.NoContent)
                return default(JsonElement);
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
            return document.RootElement.Clone();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ProviderCallException(provider, "timeout");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ProviderCallException(provider, "unreachable");
        }
        catch (JsonException)
        {
            throw new ProviderCallException(provider, "unreadable");
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
            throw new ProviderCallException(provider, "unreadable");
        }
    }
}
