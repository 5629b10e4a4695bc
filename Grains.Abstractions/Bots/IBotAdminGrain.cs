namespace ControlPlane.Abstractions;

/// <summary>What an operator alone does to a bot; the grain is that of <see cref="IBotGrain"/>. Each act verifies its caller, and writes its audit
/// entry before anything loosens. The key is the bot's id.</summary>
[Alias("cp.IBotAdminGrain")]
public interface IBotAdminGrain : IGrainWithStringKey
{
    /// <summary>Releases the bot's kill switch, once that is durable. Leases from before are fenced.</summary>
    [Alias("Release")]
    Task<BotAnswer> Release(string reason, Caller by);

    /// <summary>Arms LIVE for a time and for the bot's configuration as it is, once that is durable. A change of it disarms, and so does a restart.</summary>
    [Alias("ArmLive")]
    Task<BotAnswer> ArmLive(TimeSpan duration, string reason, Caller by);

    /// <summary>Confirms the step into a tier that may trade LIVE, once that is durable. Refused when the evidence does not allow it.</summary>
    [Alias("Promote")]
    Task<BotAnswer> Promote(string reason, Caller by);

    /// <summary>Raises the generation of the bot's own token, once that is durable: those from before count no more.</summary>
    [Alias("RevokeToken")]
    Task<BotAnswer> RevokeToken(string? reason, Caller by);

    /// <summary>Takes the bot off the list. Refused while a runner holds its lease, or while it has open orders or a position. Its records stay. A
    /// new bot under its id gets epochs and a generation that were never used, and an engaged kill stays engaged.</summary>
    [Alias("Delete")]
    Task<BotAnswer> Delete(Caller by);
}
