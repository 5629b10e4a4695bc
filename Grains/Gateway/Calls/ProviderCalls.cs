using ControlPlane.Grains.Gateway.Upstreams;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Gateway.Calls;

/// <summary>Makes the gateway's own calls on the road that bots' calls take.</summary>
internal sealed class ProviderCalls(UpstreamFinder upstreams, IntegrationSettings settings, NetworkPolicy network, ISecretSource secrets) : IProviderCalls
{
    private const int LargestBody = 4 * 1024 * 1024;

    public bool IsConfigured(ProviderDefinition provider) =>
        settings.For(provider.Id).Enabled && AccessSelection.Choose(provider, AccessSelection.Values(provider, secrets.Find)).Access is not null;

    public bool Holds(ProviderDefinition provider) => settings.For(provider.Id).Enabled && upstreams.Find(provider, null).Upstream is not null;

    public string? EnvironmentOf(ProviderDefinition provider)
    {
        var held = AccessSelection.Values(provider, secrets.Find);
        if (AccessSelection.Choose(provider, held).Access is not { } access) return null;
        var own = settings.For(provider.Id);
        try
        {
            return EnvironmentPolicy.Of(new(provider, access, held, own.BaseUrl) { Network = network, CertificateSha256 = own.Certificate }).Environment;
        }
        catch (Exception e) when (e is VerifyFaultException or UriFormatException)
        {
            return null;
        }
    }

    public async Task<ProviderReply?> SendAsync(ProviderDefinition provider, RequestDefinition request, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        if (!settings.For(provider.Id).Enabled || upstreams.Find(provider, null).Upstream is not { } upstream) return null;
        var held = AccessSelection.Values(provider, secrets.Find);
        string? Value(string name) => values.GetValueOrDefault(name) ?? held.GetValueOrDefault(name)?.Reveal() ?? provider.Variables.FirstOrDefault(variable => variable.Name == name)?.Default;
        if (CallTemplates.Fill(request, Value) is not { } filled) return null;
        var call = upstream.Fill(new(filled.Method, filled.Path, filled.Query, IsSigned: true, filled.Body, filled.ContentType));
        using var message = Message(filled, call, request);
        using var answer = await upstream.Http.SendAsync(message, cancellationToken);
        return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await ReadAsync(answer.Content, cancellationToken));
    }

    private static HttpRequestMessage Message(FilledTemplate filled, FilledCall call, RequestDefinition request)
    {
        var message = new HttpRequestMessage(new HttpMethod(filled.Method), call.Target);
        var body = call.Body is { Length: > 0 } signed ? signed : filled.Body;
        if (body is not null || filled.Method is not ("GET" or "HEAD")) message.Content = new ByteArrayContent(body ?? []);
        if (body is not null) message.Content!.Headers.TryAddWithoutValidation("Content-Type", filled.ContentType);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        foreach (var (name, value) in request.Headers.Concat(call.Headers))
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) continue;
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, count);
            if (kept.Length > LargestBody) throw new HttpRequestException("The answer is too large.");
        }

        return kept.ToArray();
    }
}
