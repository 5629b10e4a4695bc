namespace ControlPlane.SampleBots;

/// <summary>The ids of all log messages of this assembly. Each is used once over all assemblies; this one has 8000 to 8999.</summary>
internal static class EventIds
{
    public const int BotRunnerFailed = 8001;
    public const int BotRunnerFenced = 8002;

    public const int TraceJournalRejected = 8011;
    public const int TraceJournalNotRecorded = 8012;
    public const int TraceJournalGivenUp = 8013;

    public const int TradingDeskBroke = 8021;

    public const int SampleBotWakerAsleep = 8031;
    public const int SampleBotWakerWaiting = 8032;
    public const int SampleBotWakerReached = 8033;

    public const int FormerRunnerFenced = 8041;
    public const int FormerRunnerNotFenced = 8042;
    public const int FormerRunnerPassed = 8043;
}
