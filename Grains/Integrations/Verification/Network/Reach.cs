namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Which addresses a request may be sent to.</summary>
internal enum ReachKind
{
    /// <summary>Public addresses, and networks of the operator's allow-list, over TLS.</summary>
    Public = 0,

    /// <summary>Loopback, which the configured address names in plain sight.</summary>
    Loopback = 1,

    /// <summary>A host or address that the operator's allow-list names.</summary>
    Allowed = 2,
}

/// <summary>The addresses that may be reached, and the certificate that must be shown there. Connections are shared only within one reach.</summary>
/// <param name="CertificateSha256">Lower-case hex of the only certificate that is accepted; null for the usual check.</param>
internal readonly record struct Reach(ReachKind Kind, string? CertificateSha256 = null)
{
    public static Reach Public => new(ReachKind.Public);

    public static Reach Loopback => new(ReachKind.Loopback);
}
