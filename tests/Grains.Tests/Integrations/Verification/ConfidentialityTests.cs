using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class ConfidentialityTests
{
    [Fact]
    public async Task Verify_ActivityWithBaggage_SendsNoneOfIt()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        var seen = new List<string>();
        listener.ActivityStarted = activity => { lock (seen) seen.Add(activity.Source.Name); };
        ActivitySource.AddActivityListener(listener);
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = new VerifyHarness();

        using var source = new ActivitySource("test");
        using (var activity = source.StartActivity("caller"))
        {
            Assert.NotNull(activity);
            activity.AddBaggage("tenant", "secret-tenant");
            activity.TraceStateString = "a=b";
            await harness.VerifyAsync(Targets.Target(Targets.Provider(), server.Url));
        }

        var request = Assert.Single(server.Requests);
        foreach (var header in (string[])["traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id", "secret-tenant"])
            Assert.DoesNotContain(header, request, StringComparison.OrdinalIgnoreCase);
        lock (seen)
            Assert.DoesNotContain("System.Net.Http", seen);
    }

    [Fact]
    public async Task Verify_EveryOutcome_HoldsNoSecret()
    {
        var key = Targets.Key;
        string[] answers =
        [
            RawServer.Json($$"""{"id":"{{key}}"}"""),
            RawServer.Json($$"""{"error":"{{key}}"}""", 401),
            RawServer.Json($$"""{"error":"{{key}}"}""", 404),
            RawServer.Json($$"""{"error":"{{key}}"}""", 500, $"X-Echo: {key}\r\n"),
            RawServer.Json("{}", 302, $"Location: https://evil.test/{key}\r\n"),
            RawServer.Json("{}", 429, $"Retry-After: {key}\r\n"),
            RawServer.Response($"<html>{key}</html>", 200, "text/html"),
            $"HTTP/1.1 abc {key}\r\n\r\n",
            $"{key}\r\n\r\n",
            "",
        ];
        foreach (var answer in answers)
        {
            await using var server = new RawServer(answer);
            using var harness = new VerifyHarness();
            var provider = Targets.Provider(Targets.PlainVerify.Replace("/me", "/{A_KEY}?k={A_KEY}"));
            var verdict = await harness.VerifyAsync(Targets.Target(provider, server.Url));
            AssertClean(JsonSerializer.Serialize(verdict) + verdict, key);
        }
    }

    [Fact]
    public void Build_Refused_ExceptionHoldsNoSecret()
    {
        foreach (var value in (string[])["https://10.0.0.1/" + Targets.Key, "ftp://" + Targets.Key, Targets.Key + "\r\n", "https://" + Targets.Key + ":99999/"])
        {
            var target = Targets.Target(Targets.Provider(Targets.PlainVerify.Replace("/me", "{A_KEY}")), null, ("A_KEY", value));
            var fault = Assert.Throws<VerifyFaultException>(() =>
                RequestBuilder.Build(target.Access.Verify!.Request, target, new TemplateValues(target)));
            AssertClean(fault.ToString(), Targets.Key);
            Assert.Null(fault.InnerException);
        }
    }

    private static void AssertClean(string text, string secret)
    {
        Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Uri.EscapeDataString(secret), text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), text, StringComparison.OrdinalIgnoreCase);
    }
}
