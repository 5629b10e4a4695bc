using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Suspension;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>After the host has slept nothing counts that was proven before, and LIVE is over.</summary>
internal sealed class SuspensionIntake(
    SuspensionWatch watch, EvidenceLedger evidence, BotLedger bots, ControlState controls, GateTerm term, GateDecision decision, EvidenceQuestions questions)
{
    /// <summary>Suspensions of the host that this activation has taken in.</summary>
    private long _taken = watch.Count;

    public void Take()
    {
        watch.Look();
        if (_taken == watch.Count) return;
        _taken = watch.Count;
        evidence.Forget();
        bots.DisarmLive();
        controls.Disarm();
        term.End();
        decision.EvaluateNow();
        questions.AskComponents();
    }
}
