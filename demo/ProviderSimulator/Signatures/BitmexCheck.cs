using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>BitMEX: method, path with query, <c>api-expires</c> and body under HMAC-SHA256 in hex. The end may lie an hour ahead at most here, so
/// that a wrong clock shows in both directions.</summary>
internal sealed class BitmexCheck : ISignatureCheck
{
    private static readonly string[] Headers = ["api-key", "api-expires", "api-signature"];
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public string Name => "bitmex";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(Headers);

    public AnswerScript StaleAnswer { get; } = CodedAnswer.Json(401, new { error = new { message = "This request has expired - `expires` is in the past.", name = "HTTPError" } });

    public bool IsPresent(ProviderRequest request) => Headers.All(name => request.Header(name) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.Header("api-key")) is not { } secret)
            return SignatureOutcome.OtherKey;
        var expires = request.Header("api-expires")!;
        var query = request.RawQuery.Length > 0 ? $"?{request.RawQuery}" : "";
        var right = request.SignedPaths.Any(path => Hmac.Same(
            request.Header("api-signature"),
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{request.Method}{path}{query}{expires}{request.Text}")))));
        if (!right)
            return SignatureOutcome.Wrong;
        return UnixTime.Seconds(expires) is { } end && end > now && end - now <= Longest ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }
}
