using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Gate v4: method, path, query, SHA-512 of the body in hex, and seconds, each on its own line, under HMAC-SHA512 in hex; good for 60 s.</summary>
internal sealed class GateCheck : ISignatureCheck
{
    private static readonly string[] Headers = ["KEY", "SIGN", "Timestamp"];
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    public string Name => "gate";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(Headers);

    public AnswerScript StaleAnswer { get; } =
        CodedAnswer.Json(403, new { label = "REQUEST_EXPIRED", message = "gap between request Timestamp and server time exceeds 60" });

    public bool IsPresent(ProviderRequest request) => Headers.All(name => request.Header(name) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.Header("KEY")) is not { } secret)
            return SignatureOutcome.OtherKey;

        var time = request.Header("Timestamp")!;
        var body = Convert.ToHexStringLower(SHA512.HashData(request.Body));
        var right = request.SignedPaths.Any(path => Hmac.Same(
            request.Header("SIGN"),
            Convert.ToHexStringLower(HMACSHA512.HashData(
                Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{request.Method}\n{path}\n{request.RawQuery}\n{body}\n{time}")))));
        if (!right)
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(UnixTime.Seconds(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }
}
