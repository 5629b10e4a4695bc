namespace ControlPlane.ProviderSimulator;

/// <summary>What is wrong with the certificate of a TLS port.</summary>
public enum TlsFault
{
    /// <summary>Self-signed, for the right name and in date.</summary>
    Untrusted,

    /// <summary>For the right name, signed by <see cref="SimulatorHost.TlsAuthority"/>, out of date.</summary>
    Expired,

    /// <summary>In date, signed by <see cref="SimulatorHost.TlsAuthority"/>, for another name.</summary>
    WrongHost,
}
