namespace ControlPlane.Grains.Sessions;

/// <summary>Ended sessions by id, with the moment from which they need not be remembered.</summary>
[GenerateSerializer, Alias("cp.state.EndedSessions")]
public sealed class EndedSessionsState
{
    [Id(0)] public Dictionary<string, DateTimeOffset> Ended { get; set; } = new(StringComparer.Ordinal);
}
