using System.Collections.Immutable;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>A server that does not speak HTTP. Its address is the base of the provider; what stands in the address itself need not be named here.</summary>
public sealed record ServiceDefinition
{
    /// <summary>Template of the port, for an address without one.</summary>
    public string? Port { get; init; }
    public string? Username { get; init; }
    public string? Password { get; init; }
}

/// <summary>How addresses of a kind of server are written.</summary>
/// <param name="Schemes">The first is meant where none is given.</param>
/// <param name="TlsSchemes">Schemes whose connections begin with TLS.</param>
internal sealed record ServiceForm(ImmutableArray<string> Schemes, ImmutableArray<string> TlsSchemes, int Port);
