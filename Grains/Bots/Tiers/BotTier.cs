using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Tiers;

/// <summary>The tier the bot has earned. It falls at once, before that is written; it rises only once it is.</summary>
internal sealed class BotTier(BotRecord record)
{
    /// <summary>Set by a fall that is not written yet.</summary>
    private AutonomyTier _cap = AutonomyTier.Autonomous;

    public AutonomyTier Tier => record.State.Tier < _cap ? record.State.Tier : _cap;

    /// <summary>True when the evidence could not be read last time.</summary>
    public bool EvidenceUnread { get; set; }

    /// <summary>An old score is not shown as a new one.</summary>
    public double? Score => EvidenceUnread ? null : record.State.Autonomy.Score;

    /// <summary>Whether the bot's decisions state a confidence, by its terms.</summary>
    public bool StatesConfidence => record.State.Spec?.Terms?.StatesConfidence is not false;

    /// <summary>Falls before that is written.</summary>
    public void Fall(AutonomyTier tier) => _cap = tier;

    /// <summary>What was fallen to is on disk.</summary>
    public void Settle() => _cap = AutonomyTier.Autonomous;
}
