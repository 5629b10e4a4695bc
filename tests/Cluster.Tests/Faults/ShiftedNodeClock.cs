using System.Globalization;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>The clock of nodes that are started with its settings: it has its own rate, and its wall clock can be set at any time.</summary>
internal sealed class ShiftedNodeClock
{
    private readonly string _file;

    public ShiftedNodeClock(string file, double rate)
    {
        _file = file;
        Set(TimeSpan.Zero);
        Settings =
        [
            ("DOTNET_STARTUP_HOOKS", Path.Combine(AppContext.BaseDirectory, "ClockShift.dll")), ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "ClockShift"),
            ("CLOCKSHIFT_RATE", rate.ToString(CultureInfo.InvariantCulture)), ("CLOCKSHIFT_AHEAD_FILE", file),
        ];
    }

    public (string Key, string Value)[] Settings { get; }

    /// <summary>Sets the wall clock this far ahead of the true time, or behind it.</summary>
    public void Set(TimeSpan ahead)
    {
        // Put in place at once, so that no reader sees half of it.
        File.WriteAllText(_file + ".new", ahead.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
