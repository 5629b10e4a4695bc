using System.Reflection;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Storage.Seals;
using Orleans.Runtime;

namespace ControlPlane.Grains.Tests;

/// <summary>Rules of the layout that nobody may forget.</summary>
public sealed class LayoutTests
{
    private static readonly Assembly s_grains = typeof(Secret).Assembly;

    [Fact]
    public void StateNames_AreUnique()
    {
        var names = s_grains.GetTypes().SelectMany(t => t.GetConstructors()).SelectMany(c => c.GetParameters())
            .Select(p => p.GetCustomAttribute<PersistentStateAttribute>()).OfType<PersistentStateAttribute>().ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, n => Assert.Equal(StateNames.Provider, n.StorageName));
        Assert.Equal(names.Length + 1, names.Select(n => n.StateName).Append(StateNames.Bot).Distinct(StringComparer.Ordinal).Count());

        // Somebody has thought of what a row of it that does not verify is taken for.
        Assert.All(names.Select(n => n.StateName).Append(StateNames.Bot), n => Assert.True(Quarantine.Knows(n), n));
    }

    [Fact]
    public void Policies_KnowNoOrleansType()
    {
        var policies = s_grains.GetTypes().Where(t => t.Namespace?.EndsWith(".Policy", StringComparison.Ordinal) == true && !t.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))).ToArray();
        Assert.Contains(typeof(DecisionPolicy), policies);
        var used = policies.SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)).Distinct();
        Assert.DoesNotContain(used, t => t.Namespace?.StartsWith("Orleans", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Messages_CarryNoSecretAndHaveAliases()
    {
        var messages = typeof(Codes).Assembly.GetTypes().Where(t => t.IsDefined(typeof(GenerateSerializerAttribute), false)).ToArray();
        Assert.NotEmpty(messages);
        Assert.All(messages, m => Assert.True(m.IsDefined(typeof(AliasAttribute), false), m.Name));
        Assert.DoesNotContain(messages.SelectMany(m => m.GetProperties()), p => p.PropertyType == typeof(Secret));
    }

    [Fact]
    public void Grains_AreSealedAndInternal()
    {
        var grains = s_grains.GetTypes().Where(t => typeof(Grain).IsAssignableFrom(t) && !t.IsAbstract).ToArray();
        Assert.NotEmpty(grains);
        Assert.All(grains, g => Assert.True(g.IsSealed && !g.IsPublic, g.Name));
    }
}
