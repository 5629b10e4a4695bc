using System.Reflection;
using ControlPlane.Abstractions;
using ControlPlane.Api.Hosting;
using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Logging;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Api.Tests.Host;

/// <summary>The ids of log messages, over all assemblies of the program.</summary>
public sealed class EventIdTests
{
    private const int RangeSize = 1000;

    private static readonly Assembly[] s_assemblies =
    [
        typeof(IGate).Assembly, typeof(Secret).Assembly, typeof(ControlPlaneLogging).Assembly, typeof(ControlPlaneHost).Assembly,
        typeof(SampleBots.SampleBotServices).Assembly, typeof(ProviderSimulator.SimulatorHost).Assembly,
    ];

    private static readonly (Assembly Assembly, MethodInfo Method, LoggerMessageAttribute Message)[] s_messages =
    [
        .. from assembly in s_assemblies
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           from message in method.GetCustomAttributes<LoggerMessageAttribute>()
           select (assembly, method, message),
    ];

    [Fact]
    public void EventIds_OverAllAssemblies_UsedOnce()
    {
        Assert.All(s_assemblies, a => Assert.Contains(s_messages, m => m.Assembly == a));
        Assert.Empty(s_messages.GroupBy(m => m.Message.EventId).Where(g => g.Count() > 1).Select(Describe));
    }

    [Fact]
    public void EventIds_OfAnAssembly_AreTheConstantsOfItsClass()
    {
        foreach (var assembly in s_assemblies)
        {
            var constants = Constants(assembly);
            Assert.Equal(constants.Order(), s_messages.Where(m => m.Assembly == assembly).Select(m => m.Message.EventId).Order());
        }
    }

    [Fact]
    public void EventIds_OfTwoAssemblies_LieInDifferentRanges()
    {
        var ranges = s_assemblies.Select(a => Assert.Single(Constants(a).Select(id => id / RangeSize).Distinct())).ToArray();
        Assert.Equal(ranges.Length, ranges.Distinct().Count());
    }

    [Fact]
    public void Messages_OfAFailure_TakeTheExceptionAndNotItsName()
    {
        var named = s_messages.Where(m => m.Method.GetParameters().Any(p => p.ParameterType == typeof(string)
            && (p.Name!.Contains("exception", StringComparison.OrdinalIgnoreCase) || p.Name is "failure" or "error")));
        Assert.Empty(named.Select(m => $"{m.Method.DeclaringType}.{m.Method.Name}"));
    }

    private static int[] Constants(Assembly assembly) =>
        [.. Assert.Single(assembly.GetTypes(), t => t.Name == "EventIds").GetFields().Where(f => f.IsLiteral).Select(f => (int)f.GetRawConstantValue()!)];

    private static string Describe(IGrouping<int, (Assembly Assembly, MethodInfo Method, LoggerMessageAttribute Message)> group) =>
        $"{group.Key}: {string.Join(", ", group.Select(m => $"{m.Method.DeclaringType}.{m.Method.Name}"))}";
}
