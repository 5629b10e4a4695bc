using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>The end of this activation's office.</summary>
/// <param name="deactivate">Ends the activation when it is idle.</param>
internal sealed partial class GateOffice(GateContext context, GateTerm term, GateAcknowledgements acknowledgements, GateDecision decision, Action deactivate)
{
    /// <summary>Another activation has taken over, or a write's outcome is unknown: this one may not go on.</summary>
    public void Leave()
    {
        LogShutOut(context.Logger, context.Lease.State.Epoch);
        term.ShutOut();
        acknowledgements.Pulse();
        term.End();
        decision.EvaluateNow();
        deactivate();
    }

    [LoggerMessage(EventIds.SystemGateShutOut, LogLevel.Error, "Another activation of the gate has taken over from epoch {Epoch}; this one closes and ends.")]
    private static partial void LogShutOut(ILogger logger, long epoch);
}
