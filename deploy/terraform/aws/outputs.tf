output "public_ip" {
  description = "the machine's address, which stays when the machine is replaced: point the domain here"
  value       = aws_eip.tria.public_ip
}
