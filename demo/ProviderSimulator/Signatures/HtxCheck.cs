using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>HTX: method, host, path and sorted query without the signature, each on its own line, under HMAC-SHA256 in base64; good for 5 minutes.</summary>
internal sealed class HtxCheck : ISignatureCheck
{
    private const string Signature = "Signature";
    private static readonly string[] Parameters = ["AccessKeyId", Signature, "Timestamp"];
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public string Name => "htx";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of("AccessKeyId", Signature, "SignatureMethod", "SignatureVersion", "Timestamp");

    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) =>
        Parameters.All(name => request.QueryValue(name) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.QueryValue("AccessKeyId")) is not { } secret)
            return SignatureOutcome.OtherKey;

        var query = string.Join('&', request.RawQuery.Split('&').Where(static pair => !pair.StartsWith(Signature + "=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var right = request.SignedPaths.Any(path => new[] { request.RealHost, request.Header("Host") }
            .Any(host => host is not null && Hmac.Same(request.QueryValue(Signature), Hmac.Base64(secret, $"{request.Method}\n{host}\n{path}\n{query}"))));
        if (!right)
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(Time(request.QueryValue("Timestamp")), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
