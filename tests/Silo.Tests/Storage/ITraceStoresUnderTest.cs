using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>The stores of bots' traces, of an open store.</summary>
public interface ITraceStoresUnderTest
{
    IDecisionStore Decisions { get; }

    INoTradeStore NoTrades { get; }

    ITradeStore Trades { get; }

    ICycleStore Cycles { get; }

    IBotActivityStore Activity { get; }

    ITraceUsageStore TraceUsage { get; }

    ControlPlane.Grains.ITraceIndex TraceIndex { get; }

    IRiskStore Risk { get; }

    IGatewayOrderStore GatewayOrders { get; }
}
