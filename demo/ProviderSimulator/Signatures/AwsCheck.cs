using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>AWS Signature Version 4 in the Authorization header; good for five minutes.</summary>
internal sealed class AwsCheck : ISignatureCheck
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public string Name => "aws";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of("Authorization", "X-Amz-Date", "X-Amz-Content-Sha256");
    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) => request.Header("Authorization") is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (AwsAuthorization.Parse(request.Header("Authorization")) is not { } sent
            || sent.KeyId != key["AWS_ACCESS_KEY_ID"]
            || key["AWS_SECRET_ACCESS_KEY"] is not { } secret)
            return SignatureOutcome.OtherKey;
        if (request.Header("X-Amz-Security-Token") != key["AWS_SESSION_TOKEN"])
            return SignatureOutcome.OtherKey;

        var time = request.Header("X-Amz-Date") ?? "";
        if (!sent.SignedHeaders.Contains("host") || !time.StartsWith(sent.Date, StringComparison.Ordinal))
            return SignatureOutcome.Wrong;

        var signed = from path in request.SignedPaths
                     from host in new[] { request.Header("Host"), request.RealHost }.OfType<string>()
                     select Sign(request, sent, secret, time, path, host);
        if (!signed.Any(expected => Hmac.Same(sent.Signature, expected)))
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(Parse(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }

    private static string Sign(ProviderRequest request, AwsAuthorization sent, string secret, string time, string path, string host)
    {
        var headers = sent.SignedHeaders.Select(name => $"{name}:{(name == "host" ? host : request.Header(name))?.Trim()}\n");
        var canonical = string.Join('\n', request.Method, path, CanonicalQuery(request.RawQuery), string.Concat(headers),
            string.Join(';', sent.SignedHeaders), Convert.ToHexStringLower(SHA256.HashData(request.Body)));
        var text = string.Join('\n', Algorithm, time, sent.Scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));

        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in sent.Scope.Split('/'))
            key = Hmac.Sha256(key, part);
        return Convert.ToHexStringLower(Hmac.Sha256(key, text));
    }

    private static string CanonicalQuery(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => $"{Encode(pair[0])}={Encode(pair.Length > 1 ? pair[1] : "")}")
        .Order(StringComparer.Ordinal));

    private static string Encode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static DateTimeOffset? Parse(string time) => DateTimeOffset.TryParseExact(
        time, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
