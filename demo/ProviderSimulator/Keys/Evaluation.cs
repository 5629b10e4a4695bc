using ControlPlane.ProviderSimulator.Signatures;

namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>What a provider makes of the credentials of a request.</summary>
/// <param name="State">One of <see cref="KeyState"/>, or a state of the script's own.</param>
/// <param name="Key">The key, when it is known.</param>
/// <param name="Check">The signing check that was applied, if any.</param>
internal sealed record Evaluation(string State, KeySet? Key = null, ISignatureCheck? Check = null)
{
    /// <summary>How sure the evaluation is: of several routes on one path, the surest answers.</summary>
    public int Rank => State switch
    {
        KeyState.Missing => 0,
        KeyState.BadRequest => 1,
        KeyState.Unknown => 2,
        KeyState.BadSignature or KeyState.StaleTimestamp => 3,
        _ => 4,
    };
}
