namespace ControlPlane.Grains.Sessions;

/// <summary>Ended sessions by id, with the moment from which they need not be remembered.</summary>
[GenerateSerializer, Alias("cp.state.EndedSessions")]
public sealed class EndedSessionsState
{
    [Id(0)] public Dictionary<string, DateTimeOffset> Ended { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Sessions that would end by themselves at this moment or before are ended.</summary>
    [Id(1)] public DateTimeOffset AllUpTo { get; set; }
}
