using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gateway.Settlement;

namespace ControlPlane.Grains.Bots.Services;

/// <summary>What bots did, and who reads it.</summary>
internal sealed class BotEvidence(BotTraces traces, BotTraceReads reads, AutonomyReader autonomy, OrderLookup lookup, ReasonTimes reasons)
{
    public BotTraces Traces => traces;

    public BotTraceReads Reads => reads;

    public AutonomyReader Autonomy => autonomy;

    /// <summary>Looks orders up at their provider.</summary>
    public OrderLookup Lookup => lookup;

    public ReasonTimes Reasons => reasons;
}
