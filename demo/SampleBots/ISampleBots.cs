using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots;

/// <summary>A bot that runs inside the cluster. The key is the bot's id.</summary>
[Alias("demo.ISampleBot")]
public interface ISampleBot : IGrainWithStringKey
{
    /// <summary>Sees to it that the bot runs. Called every few seconds, since nothing else brings a grain back whose silo has died.</summary>
    [Alias("Wake")]
    Task Wake();

    /// <summary>Gives the lease up and ends.</summary>
    [Alias("Retire")]
    Task Retire();
}

[Alias("demo.IMomentumBot")]
public interface IMomentumBot : ISampleBot;

[Alias("demo.IMeanReversionBot")]
public interface IMeanReversionBot : ISampleBot;

[Alias("demo.IAdvisedBot")]
public interface IAdvisedBot : ISampleBot;

[Alias("demo.ICarelessBot")]
public interface ICarelessBot : ISampleBot;
