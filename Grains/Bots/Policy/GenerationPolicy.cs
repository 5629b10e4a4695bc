using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>The one generation of a bot's own token that counts.</summary>
internal static class GenerationPolicy
{
    /// <param name="stored">The bot's own; 0 before it is registered.</param>
    /// <param name="gate">Null while nothing is known of the store's.</param>
    public static long Of(long stored, GateSnapshot? gate) => Math.Max(Math.Max(stored, BotState.FirstGeneration), gate?.Store.Generation ?? 0);
}
