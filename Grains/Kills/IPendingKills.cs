using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Kills;

/// <summary>Kills that this process was asked for and that are not known to be durable. Whoever holds a kill switch looks here before it
/// lets anything pass, so that a kill from before a crash comes before the first opening.</summary>
internal interface IPendingKills
{
    /// <param name="botId">Null for the system's kill switch.</param>
    KillOrder? For(string? botId);
}
