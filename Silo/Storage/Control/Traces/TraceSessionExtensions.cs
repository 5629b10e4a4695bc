using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Traces;

internal static class TraceSessionExtensions
{
    /// <summary>Makes sure that the bot counts as one that has recorded something.</summary>
    public static Task TouchAsync(this SqlSession session, string botId) =>
        session.RunAsync("INSERT INTO bot_activity (bot_id) VALUES (@BotId) ON CONFLICT DO NOTHING", new { BotId = botId });
}
