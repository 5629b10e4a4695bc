using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>The one way to read and write the bodies of the API: snake_case, nulls written, numbers as numbers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    NumberHandling = JsonNumberHandling.Strict,
    Converters =
    [
        typeof(UtcInstantConverter),
        typeof(ContractEnumConverter<AlertEvent>),
        typeof(ContractEnumConverter<AlertNoticeStatus>),
        typeof(ContractEnumConverter<AlertSeverity>),
        typeof(ContractEnumConverter<AutonomyTier>),
        typeof(ContractEnumConverter<Capability>),
        typeof(ContractEnumConverter<CapabilityStatus>),
        typeof(ContractEnumConverter<Directive>),
        typeof(ContractEnumConverter<GateStatus>),
        typeof(ContractEnumConverter<ProviderState>),
        typeof(ContractEnumConverter<Resolution>),
        typeof(ContractEnumConverter<RunnerState>),
        typeof(ContractEnumConverter<SecretFormat>),
        typeof(ContractEnumConverter<Severity>),
        typeof(ContractEnumConverter<StepResult>),
        typeof(ContractEnumConverter<SystemStatus>),
        typeof(ContractEnumConverter<TradingMode>),
        typeof(ContractEnumConverter<TradingState>),
        typeof(ContractEnumConverter<UsageStatus>),
        typeof(ContractEnumConverter<VerifyStatus>),
    ])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StartDeniedProblem))]
[JsonSerializable(typeof(LeaseFencedProblem))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadinessAnswer))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(IntegrationsAnswer))]
[JsonSerializable(typeof(IntegrationDetail))]
[JsonSerializable(typeof(VerifyRequest))]
[JsonSerializable(typeof(VerifyResult))]
[JsonSerializable(typeof(VerifyAllAnswer))]
[JsonSerializable(typeof(SecretsCheckRequest))]
[JsonSerializable(typeof(SecretsCheckAnswer))]
[JsonSerializable(typeof(ListAnswer<UsageEventRow>))]
[JsonSerializable(typeof(ListAnswer<VerificationRow>))]
[JsonSerializable(typeof(ListAnswer<TransitionRow>))]
[JsonSerializable(typeof(ListAnswer<AuditRow>))]
[JsonSerializable(typeof(ListAnswer<AlertRow>))]
[JsonSerializable(typeof(ListAnswer<TraceRecordRow>))]
[JsonSerializable(typeof(AlertAnswerBody))]
[JsonSerializable(typeof(AlertTestRequest))]
[JsonSerializable(typeof(AlertTestAnswer))]
[JsonSerializable(typeof(AlertChannelsAnswer))]
[JsonSerializable(typeof(SystemStatusAnswer))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(KillAnswerBody))]
[JsonSerializable(typeof(KillRequest))]
[JsonSerializable(typeof(ReleaseAnswerBody))]
[JsonSerializable(typeof(ConfirmStoreAnswer))]
[JsonSerializable(typeof(ArmRequest))]
[JsonSerializable(typeof(LiveAnswerBody))]
[JsonSerializable(typeof(ComponentHeartbeatRequest))]
[JsonSerializable(typeof(ComponentHeartbeatAnswer))]
[JsonSerializable(typeof(AuditCheckAnswer))]
[JsonSerializable(typeof(UsageEventBody))]
[JsonSerializable(typeof(UsageEventsBody))]
[JsonSerializable(typeof(UsageReceiptAnswer))]
[JsonSerializable(typeof(BotRegistrationRequest))]
[JsonSerializable(typeof(BotsAnswer))]
[JsonSerializable(typeof(BotAnswerBody))]
[JsonSerializable(typeof(BotDeletedAnswer))]
[JsonSerializable(typeof(BotTokenRevokedAnswer))]
[JsonSerializable(typeof(RunnerStartRequest))]
[JsonSerializable(typeof(RunnerRequest))]
[JsonSerializable(typeof(StartGranted))]
[JsonSerializable(typeof(HeartbeatBody))]
[JsonSerializable(typeof(RunnerStopAnswer))]
[JsonSerializable(typeof(PermitAnswer))]
[JsonSerializable(typeof(TestCallAnswer))]
[JsonSerializable(typeof(KillDrillAnswer))]
[JsonSerializable(typeof(ListAnswer<KillDrillAnswer>))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(NoTradeRequest))]
[JsonSerializable(typeof(TradeRequest))]
[JsonSerializable(typeof(CycleRequest))]
[JsonSerializable(typeof(TraceReceiptAnswer))]
[JsonSerializable(typeof(ListAnswer<DecisionRow>))]
[JsonSerializable(typeof(DecisionDetailAnswer))]
[JsonSerializable(typeof(ListAnswer<NoTradeRow>))]
[JsonSerializable(typeof(ListAnswer<TradeRow>))]
[JsonSerializable(typeof(FunnelAnswer))]
[JsonSerializable(typeof(OrderCheckRequest))]
[JsonSerializable(typeof(OrderCheckAnswer))]
[JsonSerializable(typeof(OrderReportRequest))]
[JsonSerializable(typeof(PositionReportRequest))]
[JsonSerializable(typeof(MarkReportRequest))]
[JsonSerializable(typeof(RiskReportAnswer))]
[JsonSerializable(typeof(AccountReportRequest))]
[JsonSerializable(typeof(AccountReportAnswer))]
[JsonSerializable(typeof(ListAnswer<OrderRow>))]
[JsonSerializable(typeof(AutonomyAnswer))]
[JsonSerializable(typeof(NextTiersAnswer))]
[JsonSerializable(typeof(HubSnapshot))]
[JsonSerializable(typeof(HubSystem))]
[JsonSerializable(typeof(HubIntegration))]
[JsonSerializable(typeof(HubBot))]
[JsonSerializable(typeof(HubUsage))]
[JsonSerializable(typeof(HubHeartbeat))]
[JsonSerializable(typeof(LiveHeartbeatBody))]
[JsonSerializable(typeof(IntegrationRow))]
[JsonSerializable(typeof(BotRow))]
[JsonSerializable(typeof(UsageFiguresRow))]
[JsonSerializable(typeof(UnavailableRow))]
public sealed partial class ControlPlaneJson : JsonSerializerContext
{
    /// <summary>Sets <paramref name="options"/> to the forms of the contract, whatever they were.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
        options.AllowDuplicateProperties = false;
        options.AllowTrailingCommas = false;
        options.ReadCommentHandling = JsonCommentHandling.Disallow;
        options.MaxDepth = MaxDepth;
        foreach (var converter in Default.Options.Converters) options.Converters.Add(converter);
        options.TypeInfoResolverChain.Insert(0, Default);
    }

    /// <summary>Levels of nesting that a body may have.</summary>
    public const int MaxDepth = 32;
}
