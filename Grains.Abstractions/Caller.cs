namespace ControlPlane.Abstractions;

/// <summary>Who asks, for the audit log, for transitions, and for grains that only an operator may ask: never a credential of the outside world.</summary>
/// <param name="Name">A person's or program's name as far as it is known, for example <c>operator</c>.</param>
/// <param name="Role"><c>viewer</c>, <c>runner</c>, <c>bot</c>, <c>operator</c> or <c>system</c>. Nothing rests on it without the <see cref="Signature"/>.</param>
/// <param name="TraceId">The W3C trace id of the request, 32 lower-case hex characters.</param>
[GenerateSerializer, Immutable, Alias("cp.Caller")]
public sealed record Caller([property: Id(0)] string Name, [property: Id(1)] string Role, [property: Id(2)] string TraceId)
{
    /// <summary>Until when the signature holds; null without one.</summary>
    [Id(3)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Made by the node that authenticated the caller, over everything else here; null for a caller that may loosen nothing.</summary>
    [Id(4)] public string? Signature { get; init; }

    /// <summary>Role of a bot's own token.</summary>
    public const string BotRole = "bot";

    /// <summary>The control plane itself, acting on a schedule.</summary>
    public static Caller System(string traceId) => new("control-plane", "system", traceId);

    /// <summary>As it is kept: a signature is for the call alone.</summary>
    public Caller WithoutSignature() => Signature is null && ExpiresAt is null ? this : this with { ExpiresAt = null, Signature = null };

    /// <summary>Shows no signature.</summary>
    public override string ToString() => $"{Role} {Name} ({TraceId})";
}
