using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>KuCoin: milliseconds, method, path with query, and body, under HMAC-SHA256 in base64; good for 5 s. From key version 2 on the
/// passphrase is sent as its own HMAC under the secret.</summary>
internal sealed class KuCoinCheck : ISignatureCheck
{
    private const string KeyHeader = "KC-API-KEY";
    private const string SignHeader = "KC-API-SIGN";
    private const string TimeHeader = "KC-API-TIMESTAMP";
    private const string PassphraseHeader = "KC-API-PASSPHRASE";
    private const string VersionHeader = "KC-API-KEY-VERSION";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    public string Name => "kucoin";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(SignHeader, TimeHeader, PassphraseHeader, VersionHeader);
    public AnswerScript StaleAnswer { get; } = CodedAnswer.Json(400, new { code = "400002", msg = "KC-API-TIMESTAMP Invalid" });

    public bool IsPresent(ProviderRequest request) =>
        new[] { KeyHeader, SignHeader, TimeHeader, PassphraseHeader }.All(name => request.Header(name) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (request.Header(KeyHeader) != key["KUCOIN_API_KEY"]
            || key["KUCOIN_API_SECRET"] is not { } secret
            || key["KUCOIN_API_PASSPHRASE"] is not { } passphrase)
            return SignatureOutcome.OtherKey;

        var expected = request.Header(VersionHeader) is "2" or "3" ? Hmac.Base64(secret, passphrase) : passphrase;
        if (!Hmac.Same(request.Header(PassphraseHeader), expected))
            return SignatureOutcome.Wrong;

        var time = request.Header(TimeHeader)!;
        var query = request.RawQuery.Length > 0 ? "?" + request.RawQuery : "";
        var sent = request.Header(SignHeader);
        if (!request.SignedPaths.Any(path => Hmac.Same(sent, Hmac.Base64(secret, time + request.Method + path + query + request.Text))))
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(UnixTime.Milliseconds(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }
}
