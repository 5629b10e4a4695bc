using System.Diagnostics.Metrics;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>The meter <c>ControlPlane.Runners</c>.</summary>
internal static class RunnerMetrics
{
    private static readonly Meter s_meter = new("ControlPlane.Runners");
    private static readonly Counter<long> s_lost = s_meter.CreateCounter<long>("controlplane.runner.lost", "{runner}", "Runners whose lease ran out without a stop.");
    private static readonly Counter<long> s_paced = s_meter.CreateCounter<long>("controlplane.runner.paced", "{start}", "Starts that had to wait because their runner restarts over and over.");

    public static void Lost() => s_lost.Add(1);

    public static void Paced() => s_paced.Add(1);
}
