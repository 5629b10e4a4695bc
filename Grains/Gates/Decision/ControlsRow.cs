using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Trust;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Compares the kill switch's row with the gate's own row, which has its last position. The nodes' disks show when the latter was
/// restored.</summary>
internal static class ControlsRow
{
    private const string Older = "The row of the kill switch is older than the gate's own row says, or is gone: it was put back.";

    /// <summary>0 without a row.</summary>
    public static long Version(IPersistentState<GateControlsState> controls) =>
        long.TryParse(controls.Etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    public static bool IsOlder(IPersistentState<GateControlsState> controls, long known) => Version(controls) < known;

    /// <summary>Whether it was engaged since is not known: so it is.</summary>
    /// <returns>Why.</returns>
    public static string TakeAsEngaged(IPersistentState<GateControlsState> controls, DateTimeOffset now)
    {
        if (!controls.State.Kill.Engaged) controls.State.Kill = new KillSwitch(true, Older, "control-plane", now, Durable: false);
        controls.State.Fence = EpochPolicy.Next(controls.State.Fence, now);
        return Older;
    }
}
