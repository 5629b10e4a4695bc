using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>OKX v5: ISO 8601 time, method, path with query, and body, under HMAC-SHA256 in base64; good for 30 s.</summary>
internal sealed class OkxCheck : ISignatureCheck
{
    private const string KeyHeader = "OK-ACCESS-KEY";
    private const string SignHeader = "OK-ACCESS-SIGN";
    private const string TimeHeader = "OK-ACCESS-TIMESTAMP";
    private const string PassphraseHeader = "OK-ACCESS-PASSPHRASE";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    public string Name => "okx";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(SignHeader, TimeHeader);
    public AnswerScript StaleAnswer { get; } = CodedAnswer.Json(401, new { msg = "Timestamp request expired", code = "50102" });

    public bool IsPresent(ProviderRequest request) =>
        new[] { KeyHeader, SignHeader, TimeHeader, PassphraseHeader }.All(name => request.Header(name) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (request.Header(KeyHeader) != key["OKX_API_KEY"] || key["OKX_API_SECRET"] is not { } secret)
            return SignatureOutcome.OtherKey;
        if (request.Header(PassphraseHeader) != key["OKX_PASSPHRASE"])
            return SignatureOutcome.Wrong;

        var time = request.Header(TimeHeader)!;
        var query = request.RawQuery.Length > 0 ? "?" + request.RawQuery : "";
        var sent = request.Header(SignHeader);
        if (!request.SignedPaths.Any(path => Hmac.Same(sent, Hmac.Base64(secret, time + request.Method + path + query + request.Text))))
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(Parse(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }

    private static DateTimeOffset? Parse(string time) =>
        time.EndsWith('Z') && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
