// How long from the start of the process to the end of the first training step?
// Run it twice: the first run builds it. It is always quick.
//   dotnet samples/start-up.cs
#:project ../src/Descent/Descent.csproj

using System.Diagnostics;
using Descent;
using Descent.Losses;
using Descent.Models;
using Descent.Optimizers;

var begun = Process.GetCurrentProcess().StartTime;
var atMain = DateTime.Now;

var network = DigitNetworks.Compact();
var optimizer = new Sgd(network, learningRate: 0.05, momentum: 0.9, nesterov: true);
var images = Tensor.Zeros([64, 1, 28, 28]);
var labels = Tensor.Zeros([64], DType.Int64);
using (var step = optimizer.BeginStep())
{
    step.Minimize(Loss.CrossEntropy(network.Forward(images), labels));
}

var atStep = DateTime.Now;
Console.WriteLine($"process start to first line: {(atMain - begun).TotalMilliseconds:0} ms");
Console.WriteLine($"first line to end of first step: {(atStep - atMain).TotalMilliseconds:0} ms");
Console.WriteLine($"process start to end of first step: {(atStep - begun).TotalMilliseconds:0} ms");
