using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>A request with its secrets in it, from filling in the templates to sending. Never kept, logged or shown.</summary>
internal sealed class OutgoingRequest
{
    private const string DefaultUserAgent = "controlplane-verify/1.0";

    public required string Method { get; init; }

    /// <summary>Where it is sent.</summary>
    public required Uri Target { get; set; }

    /// <summary>Its address as the provider knows it: signatures stand over this one, wherever an override sends it.</summary>
    public required Uri Canonical { get; set; }

    /// <summary>Which addresses it may be sent to.</summary>
    public required Reach Reach { get; init; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public byte[]? Body { get; set; }

    /// <summary>Adds to the query; name and value are already percent-encoded.</summary>
    public void AddQuery(string pair)
    {
        Target = WithQuery(Target, pair);
        Canonical = WithQuery(Canonical, pair);
    }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Target);
        if (Body is not null)
            message.Content = new ByteArrayContent(Body);
        Headers.TryAdd("User-Agent", DefaultUserAgent);
        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    public override string ToString() => nameof(OutgoingRequest);

    private static Uri WithQuery(Uri address, string pair) =>
        new(address.GetLeftPart(UriPartial.Path) + (address.Query.Length > 1 ? $"{address.Query}&{pair}" : $"?{pair}"));
}
