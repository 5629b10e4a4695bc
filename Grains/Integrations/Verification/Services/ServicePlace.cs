using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Services;

/// <summary>A server that does not speak HTTP, and who signs in there. Never kept, logged or shown.</summary>
internal sealed class ServicePlace
{
    public const int MailOverTls = 465;

    public required string Host { get; init; }
    public required int Port { get; init; }
    public required Reach Reach { get; init; }

    /// <summary>The connection begins with TLS; else TLS is asked for on the open connection, where the server's protocol can.</summary>
    public required bool BeginsWithTls { get; init; }

    /// <summary>True where a password may only be sent over TLS: everywhere but on loopback and at hosts that the operator's list names.</summary>
    public bool NeedsTls => Reach.Kind == ReachKind.Public;
    public string? Username { get; init; }
    public string? Password { get; init; }

    /// <summary>The name behind the host: a database, or the number of one.</summary>
    public string? Name { get; init; }

    /// <summary>Behind the question mark of the address, with it.</summary>
    public string Query { get; init; } = "";

    /// <summary>Name of the variable that holds the address.</summary>
    public required string Variable { get; init; }

    public override string ToString() => nameof(ServicePlace);
}
