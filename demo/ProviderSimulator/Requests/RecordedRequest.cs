namespace ControlPlane.ProviderSimulator;

/// <summary>A request as it is remembered: names, never values.</summary>
public sealed record RecordedRequest
{
    /// <summary>Rises by one a request over all providers, from 1.</summary>
    public long Sequence { get; init; }
    public DateTimeOffset At { get; init; }
    public required string Provider { get; init; }
    public required string Method { get; init; }

    /// <summary>The path with the provider, in which placeholders stand for credentials; of a path no route matches, parts that could
    /// be a credential are <c>{?}</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Method and path of the script's route, or null when none matched.</summary>
    public string? Route { get; init; }

    /// <summary>State of the credentials (<c>active</c>, <c>unknown</c>, <c>missing</c>, ...), <c>no_route</c>, or
    /// <c>bad_request</c> when a header the provider insists on is missing.</summary>
    public required string KeyState { get; init; }

    /// <summary>Fault that was played.</summary>
    public SimulatedFault Fault { get; init; }
    public required IReadOnlyList<string> HeaderNames { get; init; }
    public required IReadOnlyList<string> QueryNames { get; init; }

    /// <summary>Names of the headers, and <c>body</c>, in which credentials could have arrived.</summary>
    public required IReadOnlyList<string> CredentialParts { get; init; }
    public bool Traceparent { get; init; }
    public bool Tracestate { get; init; }
    public bool Baggage { get; init; }
    public bool Cookie { get; init; }

    /// <summary>Whether it came to <c>/_trap</c>, that is: the client followed a redirect.</summary>
    public bool Trap { get; init; }
}
