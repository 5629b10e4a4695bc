using System.Diagnostics.Metrics;

namespace ControlPlane.Grains.Gates;

/// <summary>The meter <c>ControlPlane.Gates</c>, where the gate is decided.</summary>
internal static class GateMetrics
{
    private static readonly Meter s_meter = new("ControlPlane.Gates");
    private static readonly Counter<long> s_evaluations = s_meter.CreateCounter<long>("controlplane.gate.evaluations", "{evaluation}", "Evaluations of the gates.");
    private static readonly Counter<long> s_published = s_meter.CreateCounter<long>("controlplane.gate.decisions", "{decision}", "Decisions that were published for being different from the one before.");

    public static void Evaluated() => s_evaluations.Add(1);

    public static void Published() => s_published.Add(1);
}
