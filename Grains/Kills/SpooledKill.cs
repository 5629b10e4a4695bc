using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Kills;

/// <summary>A kill that this node keeps until it hears of its release.</summary>
/// <param name="Taken">True once the holder of the switch has it on disk, or reported it itself; false while it must still be delivered.</param>
internal sealed record SpooledKill(KillOrder Order, bool Taken)
{
    /// <summary>False while working orders must still be taken back at the brokers for it.</summary>
    public bool Canceled { get; init; } = true;
}
