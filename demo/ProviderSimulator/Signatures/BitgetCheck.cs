using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Bitget v2: milliseconds, method, path with query, and body, under HMAC-SHA256 in base64; good for 30 s.</summary>
internal sealed class BitgetCheck : ISignatureCheck
{
    private const string KeyHeader = "ACCESS-KEY";
    private const string SignHeader = "ACCESS-SIGN";
    private const string TimeHeader = "ACCESS-TIMESTAMP";
    private const string PassphraseHeader = "ACCESS-PASSPHRASE";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    public string Name => "bitget";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(KeyHeader, SignHeader, TimeHeader, PassphraseHeader);
    public AnswerScript StaleAnswer { get; } = CodedAnswer.Json(400, new { code = "40008", msg = "Request timestamp expired" });

    public bool IsPresent(ProviderRequest request) =>
        new[] { KeyHeader, SignHeader, TimeHeader, PassphraseHeader }.All(name => request.Header(name) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.Header(KeyHeader)) is not { } secret)
            return SignatureOutcome.OtherKey;
        if (request.Header(PassphraseHeader) != key["BITGET_PASSPHRASE"])
            return SignatureOutcome.Wrong;

        var time = request.Header(TimeHeader)!;
        var query = request.RawQuery.Length > 0 ? "?" + request.RawQuery : "";
        if (!request.SignedPaths.Any(path => Hmac.Same(request.Header(SignHeader), Hmac.Base64(secret, time + request.Method + path + query + request.Text))))
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(UnixTime.Milliseconds(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }
}
