namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>What a signing check finds.</summary>
internal enum SignatureOutcome
{
    /// <summary>The request names another key, or the key lacks what the scheme needs.</summary>
    OtherKey,
    Right,
    Wrong,

    /// <summary>The time of signing is outside the provider's window.</summary>
    Stale,
}
