using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Session;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>What may be done to a connection, and why not when it may not.</summary>
public sealed class ConnectionActions(ApiClient api, LiveFeed feed, SessionState session, LocalClock clock, Toasts toasts)
{
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);

    /// <summary>A verify began or ended.</summary>
    public event Action? Changed;

    public bool IsVerifying(string provider) => _running.Contains(provider);

    /// <summary>Null when it may be verified now.</summary>
    public string? WhyNotVerify(IntegrationRow row) => WhyNot() ?? row switch
    {
        { SupportsVerify: false } => "No harmless verify call exists for this provider.",
        { MissingEnvVars.Count: > 0 } => $"{string.Join(", ", row.MissingEnvVars)} missing.",
        _ => null,
    };

    /// <summary>Null when an operator may act now.</summary>
    public string? WhyNot() =>
        !feed.Link.IsLive ? "The page is not live." : session.IsOperator ? null : "Only an operator may do this.";

    /// <summary>Verifies and says what came of it; the sentence is the answer too.</summary>
    public async Task<(string Sentence, VerifyResult? Result)> VerifyAsync(IntegrationRow row)
    {
        if (!_running.Add(row.Provider)) return ("Verifying…", null);
        Changed?.Invoke();
        try
        {
            var answer = await api.PostAsync(
                "api/integrations/verify", new VerifyRequest { Provider = row.Provider }, ControlPlaneJson.Default.VerifyRequest, ControlPlaneJson.Default.VerifyResult);
            var sentence = VerifyNames.Sentence(answer, row.MissingEnvVars, clock.Second);
            toasts.Say($"{row.Name}: {sentence}");
            return (sentence, answer.Value);
        }
        finally
        {
            _running.Remove(row.Provider);
            Changed?.Invoke();
        }
    }

    public async Task VerifyAllAsync()
    {
        if (!_running.Add("*")) return;
        Changed?.Invoke();
        try
        {
            var answer = await api.PostAsync(
                "api/integrations/verify", new VerifyRequest { Provider = "*" }, ControlPlaneJson.Default.VerifyRequest, ControlPlaneJson.Default.VerifyAllAnswer);
            toasts.Say(answer.Value is { } all
                ? $"{all.Results.Count(result => result.Status.IsGood())} of {all.Results.Count} verified."
                : $"Not verified: {answer.Says}");
        }
        finally
        {
            _running.Remove("*");
            Changed?.Invoke();
        }
    }
}
