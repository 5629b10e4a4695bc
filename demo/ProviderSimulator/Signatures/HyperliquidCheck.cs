using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Hyperliquid signs nothing here: a key is known by the address that belongs to its private key.</summary>
internal sealed class HyperliquidCheck : ISignatureCheck
{
    public string Name => "hyperliquid";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of("user");
    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) => request.JsonValue("user") is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now) =>
        string.Equals(request.JsonValue("user"), key["HYPERLIQUID_PK"] is { } secret ? WalletAddress.Of(secret) : null, StringComparison.OrdinalIgnoreCase)
            ? SignatureOutcome.Right
            : SignatureOutcome.OtherKey;
}
